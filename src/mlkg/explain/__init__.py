"""Why a cell says what it says: a claim with its evidence, a row, a column, a source."""
