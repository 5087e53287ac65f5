"""The office's screens over the real services of one workspace. Imported with the services, after the first paint."""

from qassess.services.workspace import Workspace
from qassess.ui.service_conflicts import ServiceConflicts
from qassess.ui.service_exchange import ServiceExchange
from qassess.ui.service_results import ServiceResults


class ServiceOffice(ServiceExchange, ServiceConflicts, ServiceResults):
    """Export, merge, conflicts and results over one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        ServiceExchange.__init__(self, workspace)
        ServiceConflicts.__init__(self, workspace)
        ServiceResults.__init__(self, workspace)
