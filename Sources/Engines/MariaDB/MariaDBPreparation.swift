/// What every server holds before it belongs to anyone, beyond MariaDB's own tables. Run once, before the first start.
enum MariaDBPreparation {
    static let statements =
        "DELETE FROM mysql.proxies_priv;\n" + MariaDBAdministrator.room + MariaDBFacts.definition
        + MariaDBProcedures.definition
}
