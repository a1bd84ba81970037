"""Texts and numbers of HDF5 datasets as Python's own."""

from __future__ import annotations

import h5py

__all__ = ["texts", "values"]


def texts(dataset: h5py.Dataset) -> list[str]:
    """Give a list of names, of whatever length and kind of text."""
    return [_text(name) for name in dataset[()].tolist()]


def values(dataset: h5py.Dataset) -> list[object]:
    """Give a value per row; a row of several is a list of those that are filled."""
    return [_value(value) for value in dataset[()].tolist()]


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_text(part) for part in value]
    return _text(value) if isinstance(value, bytes) else value


def _text(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
