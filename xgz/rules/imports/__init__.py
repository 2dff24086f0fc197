"""What an import file may hold: kinds, headers, cells, labels, row rules, states and reasons."""
