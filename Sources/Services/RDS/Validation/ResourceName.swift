internal import AWSWire
internal import Resources

extension Request {
    /// The lower-case name that a name, or an ARN of this region and account, gives; nil for an ARN of anything else.
    ///
    /// - Parameter kind: as ARNs have it: `pg`, `og`.
    func resourceName(_ text: String, kind: String) -> String? {
        guard text.hasPrefix("arn:") else { return text.lowercased() }
        guard let arn = ARN(text), arn.service == "rds", arn.region == region, arn.account == context.account,
            arn.resource.hasPrefix("\(kind):")
        else { return nil }
        return String(arn.resource.dropFirst(kind.count + 1)).lowercased()
    }
}
