"""The default VPC as EC2 shows it, and who we are as STS says."""

from martlet_client import client, ec2, note, refused, sts

note("identity")
who = sts.get_caller_identity()
assert who["Account"] == "123456789012", who
assert who["Arn"].startswith("arn:aws:iam::123456789012:"), who
assert who["UserId"], who

note("a default VPC")
vpcs = ec2.describe_vpcs()["Vpcs"]
assert len(vpcs) == 1 and vpcs[0]["IsDefault"] and vpcs[0]["State"] == "available", vpcs
vpc = vpcs[0]["VpcId"]
assert vpc.startswith("vpc-") and vpcs[0]["CidrBlock"], vpcs
assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"] == vpcs
assert ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"] == vpcs
assert ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"] == []
refused("InvalidVpcID.NotFound", "vpc-0123456789abcdef0", ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"])

note("a subnet in each zone")
zones = ec2.describe_availability_zones()["AvailabilityZones"]
assert [z["ZoneName"] for z in zones] == ["us-east-1a", "us-east-1b", "us-east-1c"], zones
assert all(z["State"] == "available" and z["RegionName"] == "us-east-1" and z["ZoneId"] for z in zones), zones
subnets = ec2.describe_subnets()["Subnets"]
assert sorted(s["AvailabilityZone"] for s in subnets) == ["us-east-1a", "us-east-1b", "us-east-1c"], subnets
assert all(s["VpcId"] == vpc and s["DefaultForAz"] for s in subnets), subnets
assert len({s["CidrBlock"] for s in subnets}) == 3, subnets
mine = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
assert mine == subnets, mine
one = ec2.describe_subnets(SubnetIds=[subnets[1]["SubnetId"]])["Subnets"]
assert one == [subnets[1]], one
assert len(ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1b"]}])["Subnets"]) == 1
refused("InvalidSubnetID.NotFound", "subnet-0", ec2.describe_subnets, SubnetIds=["subnet-0123456789abcdef0"])

note("a default security group")
groups = ec2.describe_security_groups()["SecurityGroups"]
assert [g["GroupName"] for g in groups] == ["default"] and groups[0]["VpcId"] == vpc, groups
group = groups[0]["GroupId"]
assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"] == groups
assert ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"] == groups
refused("InvalidGroup.NotFound", "sg-0", ec2.describe_security_groups, GroupIds=["sg-0123456789abcdef0"])

note("regions")
regions = {r["RegionName"] for r in ec2.describe_regions()["Regions"]}
assert {"us-east-1", "eu-west-1", "ca-central-1"} <= regions, regions
elsewhere = client("ec2", "eu-west-1")
assert elsewhere.describe_vpcs()["Vpcs"][0]["VpcId"] != vpc, "regions must not share a VPC"
