"""Addresses of signing in, of one's own account and of administering accounts. Mounted at /account/.

allauth's views keep their names, because allauth redirects by name. Sign-up and e-mail pages are not mounted.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from lianxin.kernel.accounts.permissions import OWN
from lianxin.kernel.accounts.views import administration as admin
from lianxin.kernel.accounts.views import sessions
from lianxin.kernel.web.screens import public, screen

own = screen(OWN)
entrance = public("one signs in here")

urlpatterns = [
    path("login/", entrance(account.login), name="account_login"),
    path("login/key/", entrance(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("login/code/", entrance(mfa.authenticate), name="mfa_authenticate"),
    path("inactive/", entrance(account.account_inactive), name="account_inactive"),
    path("logout/", public("signing out twice does no harm")(account.logout), name="account_logout"),
    path("confirm/", own(account.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("confirm/key/", own(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("password/", own(account.password_change), name="account_change_password"),
    path("second-factor/", own(mfa.index), name="mfa_index"),
    path("second-factor/app/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/codes/", own(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", own(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", own(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("second-factor/keys/", own(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("second-factor/keys/add/", own(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/", own(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", own(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("sessions/", sessions.own_sessions, name="usersessions_list"),
    path("sessions/<int:session>/end/", sessions.end_session, name="usersessions_end"),
    path("accounts/", admin.account_list, name="accounts_list"),
    path("accounts/new/", admin.new_account, name="accounts_new"),
    path("accounts/<uuid:account>/", admin.account_page, name="accounts_account"),
    path("accounts/<uuid:account>/<slug:act>/", admin.act_on_account, name="accounts_act"),
]
