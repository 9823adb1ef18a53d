"""Every table, a file a family: columns and constraints, no rules. Importing this package registers all of them."""

from portal.models.access import ApiToken, Project, ProjectMember, User, UserSession
from portal.models.approval import ApprovalDecision, ApprovalLink, ApprovalRequest, ApprovalRule
from portal.models.audit import AuditAnchor, AuditEvent, AuditSink
from portal.models.base import metadata
from portal.models.cloud import CloudAccount, CloudAnswer, TemplateVersion
from portal.models.deployment import Deployment, StateHold, StateLock, StateVersion
from portal.models.hold import AutomationHold
from portal.models.identity import (
    GroupGrant,
    IdentityProvider,
    ProviderSession,
    SignInAttempt,
    SignInPolicy,
    UserIdentity,
)
from portal.models.keys import KeyCheck, SigningKey
from portal.models.notification import (
    Notification,
    NotificationChannel,
    NotificationDelivery,
    NotificationEvent,
    NotificationPreference,
    NotificationReminder,
    NotificationText,
)
from portal.models.people import (
    HalfSignIn,
    Invitation,
    PasswordReset,
    PortalSetting,
    RecoveryCode,
    SignInLock,
    UserTotp,
)
from portal.models.policy import Policy, PolicyResult, PolicyVersion
from portal.models.project import ProjectLimits
from portal.models.role import CustomRole
from portal.models.run import Run, RunEvent, RunPlan, RunToken, Worker
from portal.models.schema import SchemaRevision
from portal.models.template import TemplateAudience, TemplateRelease

__all__ = [
    "ApiToken",
    "ApprovalDecision",
    "ApprovalLink",
    "ApprovalRequest",
    "ApprovalRule",
    "AuditAnchor",
    "AuditEvent",
    "AuditSink",
    "AutomationHold",
    "CloudAccount",
    "CloudAnswer",
    "CustomRole",
    "Deployment",
    "GroupGrant",
    "HalfSignIn",
    "IdentityProvider",
    "Invitation",
    "KeyCheck",
    "Notification",
    "NotificationChannel",
    "NotificationDelivery",
    "NotificationEvent",
    "NotificationPreference",
    "NotificationReminder",
    "NotificationText",
    "PasswordReset",
    "Policy",
    "PolicyResult",
    "PolicyVersion",
    "PortalSetting",
    "Project",
    "ProjectLimits",
    "ProjectMember",
    "ProviderSession",
    "RecoveryCode",
    "Run",
    "RunEvent",
    "RunPlan",
    "RunToken",
    "SchemaRevision",
    "SignInAttempt",
    "SignInLock",
    "SignInPolicy",
    "SigningKey",
    "StateHold",
    "StateLock",
    "StateVersion",
    "TemplateAudience",
    "TemplateRelease",
    "TemplateVersion",
    "User",
    "UserIdentity",
    "UserSession",
    "UserTotp",
    "Worker",
    "metadata",
]
