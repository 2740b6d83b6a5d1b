"""Controls of the protection scheme."""

from enum import Enum


class Control(Enum):
    """Controls by the names GB/T 22239-2019 gives them (安全计算环境), which are Chinese in every language."""

    identity = "身份鉴别"
    access = "访问控制"
    audit = "安全审计"
    intrusion = "入侵防范"
    malware = "恶意代码防范"
    integrity = "数据完整性"
    confidentiality = "数据保密性"
    backup = "数据备份恢复"
    residue = "剩余信息保护"
    personal = "个人信息保护"
