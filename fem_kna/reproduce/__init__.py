"""The paper's experiments run again: what the model says beside what the paper says."""
