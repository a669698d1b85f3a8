"""Outside the box: build one (namespaces, a container, or a bare process with limits), start it, and talk to it."""
