#!/usr/bin/env bash
# Keys and secrets by the AWS CLI, as people type it: every operation once.
set -euo pipefail

# shellcheck source=Tests/Integration/Scenarios/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

# KMS
key=$(aws kms create-key --description "by the CLI" --tags TagKey=App,TagValue=cruddur --query KeyMetadata.KeyId --output text)
other=$(aws kms create-key --query KeyMetadata.KeyId --output text)
ask Enabled kms describe-key --key-id "$key"
ask "$other" kms list-keys
aws kms create-alias --alias-name alias/cli --target-key-id "$key"
aws kms update-alias --alias-name alias/cli --target-key-id "$other"
aws kms update-alias --alias-name alias/cli --target-key-id "$key"
ask alias/cli kms list-aliases --key-id "$key"
printf 'a word' > plain
aws kms encrypt --key-id alias/cli --plaintext fileb://plain --encryption-context a=b --query CiphertextBlob --output text \
    | base64 -d > sealed
ask "$(base64 < plain)" kms decrypt --ciphertext-blob fileb://sealed --encryption-context a=b
refuse InvalidCiphertextException kms decrypt --ciphertext-blob fileb://sealed --encryption-context a=c
ask "$other" kms re-encrypt --ciphertext-blob fileb://sealed --source-encryption-context a=b --destination-key-id "$other"
ask Plaintext kms generate-data-key --key-id "$key" --key-spec AES_256
ask CiphertextBlob kms generate-data-key-without-plaintext --key-id "$key" --number-of-bytes 64
ask Plaintext kms generate-random --number-of-bytes 32
aws kms enable-key-rotation --key-id "$key"
ask '"KeyRotationEnabled": true' kms get-key-rotation-status --key-id "$key"
aws kms disable-key-rotation --key-id "$key"
ask "$key" kms rotate-key-on-demand --key-id "$key"
ask ON_DEMAND kms list-key-rotations --key-id "$key"
aws kms get-key-policy --key-id "$key" --policy-name default --query Policy --output text > policy
aws kms put-key-policy --key-id "$key" --policy-name default --policy file://policy
ask default kms list-key-policies --key-id "$key"
aws kms tag-resource --key-id "$key" --tags TagKey=Stage,TagValue=test
aws kms untag-resource --key-id "$key" --tag-keys App
ask Stage kms list-resource-tags --key-id "$key"
aws kms update-key-description --key-id "$key" --description ""
aws kms disable-key --key-id "$key"
refuse DisabledException kms encrypt --key-id "$key" --plaintext fileb://plain
aws kms enable-key --key-id "$key"
ask PendingDeletion kms schedule-key-deletion --key-id "$other" --pending-window-in-days 7
refuse KMSInvalidStateException kms encrypt --key-id "$other" --plaintext fileb://plain
ask "$other" kms cancel-key-deletion --key-id "$other"

# Secrets Manager
secret=$(aws secretsmanager create-secret --name cli/db --secret-string one --kms-key-id alias/cli --query ARN --output text)
ask alias/cli secretsmanager describe-secret --secret-id cli/db
first=$(aws secretsmanager get-secret-value --secret-id "$secret" --query VersionId --output text)
ask AWSCURRENT secretsmanager put-secret-value --secret-id cli/db --secret-string two
ask two secretsmanager get-secret-value --secret-id cli/db
ask one secretsmanager get-secret-value --secret-id cli/db --version-stage AWSPREVIOUS
ask two secretsmanager batch-get-secret-value --secret-id-list cli/db
second=$(aws secretsmanager get-secret-value --secret-id cli/db --query VersionId --output text)
ask "$secret" secretsmanager update-secret-version-stage --secret-id cli/db --version-stage AWSCURRENT \
    --remove-from-version-id "$second" --move-to-version-id "$first"
ask one secretsmanager get-secret-value --secret-id cli/db
ask "$second" secretsmanager list-secret-version-ids --secret-id cli/db
ask "$secret" secretsmanager update-secret --secret-id cli/db --description changed --secret-string three
aws secretsmanager tag-resource --secret-id cli/db --tags Key=App,Value=cruddur
ask cruddur secretsmanager list-secrets --filters Key=tag-value,Values=cruddur
aws secretsmanager untag-resource --secret-id cli/db --tag-keys App
document='{"Statement":[{"Effect":"Deny","Principal":"*","Action":"secretsmanager:*","Resource":"*"}]}'
ask "$secret" secretsmanager put-resource-policy --secret-id cli/db --resource-policy "$document"
ask Deny secretsmanager get-resource-policy --secret-id cli/db
ask "$secret" secretsmanager delete-resource-policy --secret-id cli/db
ask RandomPassword secretsmanager get-random-password --password-length 20 --exclude-punctuation
refuse InvalidRequestException secretsmanager rotate-secret --secret-id cli/db
ask DeletionDate secretsmanager delete-secret --secret-id cli/db --recovery-window-in-days 7
refuse InvalidRequestException secretsmanager get-secret-value --secret-id cli/db
ask "$secret" secretsmanager restore-secret --secret-id cli/db
ask three secretsmanager get-secret-value --secret-id cli/db
ask "$secret" secretsmanager delete-secret --secret-id cli/db --force-delete-without-recovery
refuse ResourceNotFoundException secretsmanager get-secret-value --secret-id cli/db
