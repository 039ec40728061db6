"""What a run is to do: its settings, the presets, the schedule, and the plan drawn from them."""
