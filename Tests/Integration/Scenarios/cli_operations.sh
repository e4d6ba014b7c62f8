#!/usr/bin/env bash
# Every operation once, by the AWS CLI: its parser is stricter than boto3's callers are.
set -euo pipefail

# shellcheck source=Tests/Integration/Scenarios/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

id=$MARTLET_PREFIX-cli
group=$MARTLET_PREFIX-group

ask 123456789012 sts get-caller-identity
ask vpc- ec2 describe-vpcs
ask subnet- ec2 describe-subnets
ask us-east-1a ec2 describe-availability-zones
ask eu-west-1 ec2 describe-regions
ask sg- ec2 describe-security-groups
ask '"postgres"' rds describe-db-engine-versions --engine postgres
ask db.t3.micro rds describe-orderable-db-instance-options --engine postgres --db-instance-class db.t3.micro
ask DBInstances rds describe-account-attributes
ask Certificates rds describe-certificates
subnets=$(aws ec2 describe-subnets --query 'Subnets[].SubnetId' --output text)
# shellcheck disable=SC2086
ask "$group" rds create-db-subnet-group --db-subnet-group-name "$group" --db-subnet-group-description d --subnet-ids $subnets
ask "$group" rds describe-db-subnet-groups --db-subnet-group-name "$group"

ask creating rds create-db-instance --db-instance-identifier "$id" --db-instance-class db.t3.micro --engine postgres \
    --master-username root --master-user-password correct-horse --allocated-storage 20 --backup-retention-period 0 \
    --db-subnet-group-name "$group" --tags Key=App,Value=cruddur
aws rds wait db-instance-available --db-instance-identifier "$id"
arn=$(aws rds describe-db-instances --db-instance-identifier "$id" --query 'DBInstances[0].DBInstanceArn' --output text)
aws rds describe-db-instances --db-instance-identifier "$id" --query 'DBInstances[0].Endpoint.Address' --output text \
    >>"$MARTLET_SCRATCH/endpoints"
ask cruddur rds list-tags-for-resource --resource-name "$arn"
aws rds add-tags-to-resource --resource-name "$arn" --tags Key=Stage,Value=test
ask Stage rds list-tags-for-resource --resource-name "$arn"
aws rds remove-tags-from-resource --resource-name "$arn" --tag-keys Stage
ask "$id" rds modify-db-instance --db-instance-identifier "$id" --db-instance-class db.t3.small --apply-immediately
aws rds wait db-instance-available --db-instance-identifier "$id"
ask db.t3.small rds describe-db-instances --filters "Name=db-instance-id,Values=$id"
ask rebooting rds reboot-db-instance --db-instance-identifier "$id"
aws rds wait db-instance-available --db-instance-identifier "$id"
ask created rds describe-events --source-type db-instance --source-identifier "$id" --duration 60
ask rds! rds modify-db-instance --db-instance-identifier "$id" --manage-master-user-password --apply-immediately
aws rds wait db-instance-available --db-instance-identifier "$id"
secret=$(aws rds describe-db-instances --db-instance-identifier "$id" \
    --query 'DBInstances[0].MasterUserSecret.SecretArn' --output text)
ask password secretsmanager get-secret-value --secret-id "$secret"
ask OwningService secretsmanager describe-secret --secret-id "$secret"
ask "$secret" secretsmanager list-secrets
ask stopp rds stop-db-instance --db-instance-identifier "$id"
until [ "$(aws rds describe-db-instances --db-instance-identifier "$id" \
    --query 'DBInstances[0].DBInstanceStatus' --output text)" = stopped ]; do :; done
ask starting rds start-db-instance --db-instance-identifier "$id"
aws rds wait db-instance-available --db-instance-identifier "$id"

refuse DBInstanceAlreadyExists rds create-db-instance --db-instance-identifier "$id" --db-instance-class db.t3.micro \
    --engine postgres --master-username root --master-user-password correct-horse --allocated-storage 20
refuse InvalidParameterCombination rds delete-db-instance --db-instance-identifier "$id"
refuse InvalidDBSubnetGroupStateFault rds delete-db-subnet-group --db-subnet-group-name "$group"
refuse DBInstanceNotFound rds reboot-db-instance --db-instance-identifier nobody
AWS_SECRET_ACCESS_KEY=wrong refuse SignatureDoesNotMatch rds describe-db-instances
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE refuse InvalidClientTokenId rds describe-db-instances

ask deleting rds delete-db-instance --db-instance-identifier "$id" --skip-final-snapshot
aws rds wait db-instance-deleted --db-instance-identifier "$id"
aws rds delete-db-subnet-group --db-subnet-group-name "$group"
refuse ResourceNotFoundException secretsmanager describe-secret --secret-id "$secret"
