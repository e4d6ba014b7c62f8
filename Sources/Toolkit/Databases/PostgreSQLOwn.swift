/// Conditions of queries on `pg_catalog` that leave out what is not the database owner's: the server's schemas, and what belongs
/// to something else and comes and goes with it.
enum PostgreSQLOwn {
    /// `n` is the `pg_namespace`.
    static let schemas = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

    /// - Parameters:
    ///   - catalogue: the table of `pg_catalog` that the object is in.
    ///   - id: the expression of its oid.
    ///   - dependencies: the letters of `pg_depend.deptype` that say it is not free: `e` of an extension, `i` a part of
    ///     something, `a` goes away with something.
    static func free(_ catalogue: String, _ id: String, _ dependencies: String = "e") -> String {
        let letters = dependencies.map { "'\($0)'" }.joined(separator: ", ")
        return "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '\(catalogue)'::regclass AND d.objid = \(id) "
            + "AND d.deptype IN (\(letters)))"
    }
}
