"""Several processes that share each minibatch of a run, on one machine or many."""
