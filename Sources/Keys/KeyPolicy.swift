internal import Resources

/// The policy that AWS gives a key when none is named: the account's root may do all with it.
public enum KeyPolicy {
    public static let name = "default"

    public static func standard(account: String, region: String) -> String {
        """
        {
          "Version" : "2012-10-17",
          "Id" : "key-default-1",
          "Statement" : [ {
            "Sid" : "Enable IAM User Permissions",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "arn:\(Region.partition(of: region)):iam::\(account):root"
            },
            "Action" : "kms:*",
            "Resource" : "*"
          } ]
        }
        """
    }
}
