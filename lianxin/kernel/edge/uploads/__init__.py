"""What people hand in is looked at by its content before anything else touches it: `accept_upload`."""

from lianxin.kernel.edge.uploads.accepting import Accepted, accept_upload
from lianxin.kernel.edge.uploads.fields import UploadField
from lianxin.kernel.edge.uploads.kinds import Kind

__all__ = ["Accepted", "Kind", "UploadField", "accept_upload"]
