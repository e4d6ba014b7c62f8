// Convergence
