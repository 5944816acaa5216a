"""Proofs about a campaign that can be walked: what can never be, and what is bound to be."""

from nurture.authoring.proofs.proofs import check_proofs

__all__ = ["check_proofs"]
