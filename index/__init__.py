"""Articles in, a searchable corpus out."""

from index.offline import switch_off

switch_off()
