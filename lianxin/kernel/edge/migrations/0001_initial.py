from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Spent",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("rate", models.CharField(max_length=40)),
                ("full_at", models.FloatField()),
                ("gap", models.FloatField()),
                ("room", models.FloatField()),
                ("wait", models.FloatField(default=0)),
                ("refused", models.IntegerField(default=0)),
            ],
            options={"db_table": "edge_spent"},
        ),
        # Unlogged: a commit that wrote nothing else flushes nothing. Half-filled pages keep updates beside their row (HOT).
        migrations.RunSQL(
            """
            ALTER TABLE edge_spent SET UNLOGGED;
            ALTER TABLE edge_spent SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE edge_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX edge_cache_expires ON edge_cache (expires);
            """,
            "DROP TABLE edge_cache",
        ),
    ]
