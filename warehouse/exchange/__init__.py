"""Files in and out: bytes become typed drafts with findings, and refused rows become a file again."""
