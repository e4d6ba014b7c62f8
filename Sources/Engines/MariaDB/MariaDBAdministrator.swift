/// `rdsadmin`: all rights, for the control plane alone.
///
/// Whoever may create users may also rename and alter any that they can name, and the master user may create users. MariaDB has
/// nothing against that, so `rdsadmin` cannot be named: its host is a pattern that is longer than the 255 characters that
/// account names in statements may have. It fits every host, so a login over the socket finds it.
enum MariaDBAdministrator {
    static let name = "rdsadmin"
    private static let hostLength = 300

    /// Makes room for such a host; run once, before the first start.
    static let room = """
        ALTER TABLE mysql.global_priv MODIFY Host varchar(\(hostLength)) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin
            NOT NULL DEFAULT '';

        """

    /// Makes the account, or makes it right again, and removes accounts of the same name that users have made: they would be
    /// found before it. Run at every start.
    static func account(_ password: NativePasswordHash) -> String {
        """
        DELETE FROM mysql.global_priv WHERE User = '\(name)' AND CHAR_LENGTH(Host) < \(hostLength);
        REPLACE INTO mysql.global_priv (Host, User, Priv) VALUES (REPEAT('%', \(hostLength)), '\(name)',
            '{"access":18446744073709551615,"plugin":"mysql_native_password","authentication_string":"\(password)"}');
        FLUSH PRIVILEGES;

        """
    }
}
