"""Where what strangers wrote is read: processes that can neither hang, bloat nor reach the service."""
