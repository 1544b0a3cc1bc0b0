"""`make verify-pretrained`: what pretrained weights do on the machine of whoever holds them."""
