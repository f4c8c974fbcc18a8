"""Words for the stable codes that lower apps keep; a code without words is shown as it is, to be looked up."""
