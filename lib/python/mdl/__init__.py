"""Trains, evaluates and applies multilayer perceptrons on tables, by the program mdl."""
