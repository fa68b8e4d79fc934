"""Stackdeck: is anything wrong, why, and what does it cost us right now?"""
