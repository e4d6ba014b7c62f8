#!/usr/bin/env bash
# The day of the notes, with the AWS CLI and psql as a student types them.
set -euo pipefail

# shellcheck source=Tests/Integration/Scenarios/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

id=$MARTLET_PREFIX-cruddur
expect() { [[ $1 == *"$2"* ]] || fail "expected '$2' in: $1"; }

echo "created"
status=$(aws rds create-db-instance \
    --db-instance-identifier "$id" \
    --db-instance-class db.t3.micro \
    --engine postgres \
    --engine-version 14.6 \
    --master-username root \
    --manage-master-user-password \
    --allocated-storage 20 \
    --availability-zone us-east-1a \
    --backup-retention-period 0 \
    --port 5432 \
    --no-multi-az \
    --db-name cruddur \
    --storage-type gp2 \
    --publicly-accessible \
    --enable-performance-insights \
    --performance-insights-retention-period 7 \
    --no-deletion-protection \
    --query DBInstance.DBInstanceStatus --output text)
expect "$status" creating

echo "waited for: the CLI's own waiter, which looks every 30 s, comes back at once unless the machine is busy"
began=$SECONDS
aws rds wait db-instance-available --db-instance-identifier "$id"
echo "the waiter took $((SECONDS - began)) s"

read -r host port secret < <(aws rds describe-db-instances --db-instance-identifier "$id" \
    --query 'DBInstances[0].[Endpoint.Address,Endpoint.Port,MasterUserSecret.SecretArn]' --output text)
echo "$host" >>"$MARTLET_SCRATCH/endpoints"
[ "$port" = 5432 ] || fail "port $port"
PGPASSWORD=$(aws secretsmanager get-secret-value --secret-id "$secret" --query SecretString --output text \
    | "$MARTLET_PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["password"])')
export PGPASSWORD CONNECTION_URL="postgresql://root@$host:$port/cruddur"

echo "schema, seed, home feed"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
sql() { psql "$CONNECTION_URL" --no-psqlrc -v ON_ERROR_STOP=1 "$@" 2>&1; }
expect "$(sql -c 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"')" "CREATE EXTENSION"
expect "$(sql -f "$root/Examples/Cruddur/db/schema.sql")" "CREATE TABLE"
expect "$(sql -f "$root/Examples/Cruddur/db/seed.sql")" "INSERT 0 1"
feed=$(sql -f "$root/Examples/Cruddur/db/home-feed.sql")
expect "$feed" "This was imported as seed data!"
expect "$feed" "Andrew Brown"
expect "$feed" "(1 row)"
sql -f "$root/Examples/Cruddur/db/schema.sql" >/dev/null && sql -f "$root/Examples/Cruddur/db/seed.sql" >/dev/null
expect "$(sql -f "$root/Examples/Cruddur/db/home-feed.sql")" "(1 row)"

echo "the scripts of the course: db-drop, db-create, db-sessions"
no_db=${CONNECTION_URL/\/cruddur/\/postgres}
expect "$(psql "$no_db" -c 'drop database cruddur;')" "DROP DATABASE"
expect "$(psql "$no_db" -c 'create database cruddur;')" "CREATE DATABASE"
sessions='select pid as process_id, usename as user, datname as db, client_addr, application_name as app, state
    from pg_stat_activity;'
expect "$(psql "$no_db" -c "$sessions")" "psql"

echo "stopped for seven days, started, deleted; each with its waiter"
expect "$(aws rds stop-db-instance --db-instance-identifier "$id" --query DBInstance.DBInstanceStatus --output text)" stop
deadline=$((SECONDS + 30))
until [ "$(aws rds describe-db-instances --db-instance-identifier "$id" \
    --query 'DBInstances[0].DBInstanceStatus' --output text)" = stopped ]; do
    [ $SECONDS -lt $deadline ] || fail "not stopped"
done
aws rds start-db-instance --db-instance-identifier "$id" --output text >/dev/null
aws rds wait db-instance-available --db-instance-identifier "$id"
expect "$(psql "$CONNECTION_URL" -Atc 'select 6 * 7')" 42
aws rds delete-db-instance --db-instance-identifier "$id" --skip-final-snapshot --output text >/dev/null
began=$SECONDS
aws rds wait db-instance-deleted --db-instance-identifier "$id"
echo "the waiter took $((SECONDS - began)) s"
if told=$(aws rds describe-db-instances --db-instance-identifier "$id" 2>&1); then fail "still there: $told"; fi
expect "$told" "DBInstanceNotFound"
