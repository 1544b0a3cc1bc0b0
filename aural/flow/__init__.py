"""The order of steps of each call, admission, and what a take is to be. Who answers a step is not its business."""
