internal import CMariaDB

extension MariaDBConnection {
    func run(_ statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> RowSet {
        var wait = MariaDBWait(self, limits)
        try wait.begin()
        let prepared: MariaDBStatement
        do {
            prepared = try await prepare(statement.text, &wait)
        } catch {
            // Some statements cannot be prepared (1295); they have no parameters either.
            guard case .server(let refusal) = error, refusal.code == 1295, statement.values.isEmpty else { throw error }
            try await script(statement.text, limits)
            return RowSet(affectedRows: Int(truncatingIfNeeded: mysql_affected_rows(pointer)))
        }
        let handle = prepared.pointer
        guard mysql_stmt_param_count(handle) == UInt(statement.values.count) else {
            throw .invalid(.misuse("The statement has a ? that is no parameter."))
        }
        let parameters = MariaDBParameters(statement.values)
        guard statement.values.isEmpty || mysql_stmt_bind_param(handle, parameters.binds) == 0 else {
            throw wait.meaning(of: prepared.error)
        }
        prepared.forgetColumns()
        var result: Int32 = 1
        try await wait.drive({ mysql_stmt_execute_start(&result, handle) }, { mysql_stmt_execute_cont(&result, handle, $0) })
        withExtendedLifetime(parameters) {}
        if result != 0 { return try await fail(prepared, &wait) }
        return try await rows(of: prepared, &wait)
    }

    /// Of a statement that is prepared for this alone: what a known one says may be older than its table.
    func columns(of statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> [String] {
        var wait = MariaDBWait(self, limits)
        try wait.begin()
        let prepared = try await prepareAnew(statement.text, &wait)
        defer { mysql_stmt_close(prepared.pointer) }
        await wait.settle()
        return MariaDBResult.columns(of: prepared.pointer).map(\.name)
    }

    func insert(_ rows: BulkRows, _ limits: StatementLimits) async throws(DriverFailure) -> Int {
        try await MultiRowInsert(rows, .mysql, batch: 200).run { statement throws(DriverFailure) in
            try await self.run(statement, limits).affectedRows
        }
    }

    private func prepare(_ text: String, _ wait: inout MariaDBWait) async throws(DriverFailure) -> MariaDBStatement {
        if let known = statements[text] { return known }
        let statement = try await prepareAnew(text, &wait)
        statements.keep(statement)
        return statement
    }

    /// - Returns: a statement that its taker closes.
    private func prepareAnew(_ text: String, _ wait: inout MariaDBWait) async throws(DriverFailure) -> MariaDBStatement {
        guard let handle = mysql_stmt_init(pointer) else { throw .invalid(.misuse("out of memory")) }
        var yes: my_bool = 1
        mysql_stmt_attr_set(handle, STMT_ATTR_UPDATE_MAX_LENGTH, &yes)
        let statement = MariaDBStatement(handle, text)
        let copy = MariaDBText(text)
        let length = UInt(text.utf8.count)
        var result: Int32 = 1
        try await wait.drive(
            { mysql_stmt_prepare_start(&result, handle, copy.pointer, length) }, { mysql_stmt_prepare_cont(&result, handle, $0) })
        guard result == 0 else {
            await wait.settle()
            let failure = wait.meaning(of: statement.error)
            mysql_stmt_close(handle)
            throw failure
        }
        return statement
    }

    private func rows(of statement: MariaDBStatement, _ wait: inout MariaDBWait) async throws(DriverFailure) -> RowSet {
        let handle = statement.pointer
        guard mysql_stmt_field_count(handle) > 0 else {
            await wait.settle()
            let affected = mysql_stmt_affected_rows(handle)
            return RowSet(affectedRows: affected == .max ? 0 : Int(truncatingIfNeeded: affected))
        }
        var result: Int32 = 1
        try await wait.drive(
            { mysql_stmt_store_result_start(&result, handle) }, { mysql_stmt_store_result_cont(&result, handle, $0) })
        if result != 0 { return try await fail(statement, &wait) }
        await wait.settle()
        defer { mysql_stmt_free_result(handle) }
        // Only now is the longest value of each column known.
        let columns = MariaDBResult.columns(of: handle)
        guard let rows = MariaDBResult.rows(of: handle, columns) else { throw .server(statement.error) }
        return RowSet(storage: StoredRows(rows), columns: ColumnNames(columns.map(\.name)), affectedRows: rows.count)
    }

    private func fail(_ statement: MariaDBStatement, _ wait: inout MariaDBWait) async throws(DriverFailure) -> RowSet {
        await wait.settle()
        let failure = wait.meaning(of: statement.error)
        // A statement that failed is prepared anew: its table may have changed.
        statements.drop(statement.text)
        throw failure
    }
}
