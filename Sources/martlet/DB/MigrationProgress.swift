internal import Toolkit

/// A bar for each table that takes long.
final class MigrationProgress {
    private var table = ""
    private var bar: ProgressBar?

    func copying(_ name: String, _ rows: Int, _ total: Int) {
        if name != table {
            finish()
            table = name
            bar = DBTerminal.progress(name, total: total, unit: "rows")
        }
        bar?.update(rows)
    }

    func saying(_ text: String) { finish() }

    func finish() {
        bar?.finish()
        bar = nil
        table = ""
    }
}
