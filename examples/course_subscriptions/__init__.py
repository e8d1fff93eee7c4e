"""Course subscriptions: rules about students and courses at once, with dynamic boundaries."""
