"""The rim: clock, ids, chance, settings and the store, each touched here only and handed inwards."""
