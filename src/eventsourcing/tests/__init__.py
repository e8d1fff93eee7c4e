"""Classes that test code of extension projects imports under these names."""
