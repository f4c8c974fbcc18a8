"""OGC 18-088 requirement by requirement: ``test_req_<name of the requirement>[__<what of it>]``, all of them here."""
