# shellcheck shell=bash
# The day of a newcomer to RDS: an instance, its endpoint, its password, a schema, rows. Needs console.sh, the AWS CLI
# in PATH and its environment set (CLI_START_MS: what one start of it takes). Leaves ENDPOINT, PORT, MASTER and APP_URL behind.
# Sourced, never run.

INSTANCE=cruddur-db-instance
DATABASE=cruddur
CRUDDUR_SQL=$ROOT/Examples/Cruddur/db

instance_status() {
    aws rds describe-db-instances --db-instance-identifier "$INSTANCE" \
        --query 'DBInstances[0].DBInstanceStatus' --output text 2>/dev/null || printf absent
}

# What asks for an encrypted volume; nothing where this machine cannot encrypt one.
encryption() {
    case $("$MARTLET" status --data-dir "$DATA_DIR" 2>/dev/null) in
        *'encryption by'*) printf '%s' --storage-encrypted ;;
        *) warn "This machine cannot encrypt volumes (martlet status says why): the instance is not encrypted." ;;
    esac
}

create_instance() {
    local encrypted
    encrypted=$(encryption)
    CREATED_AT_MS=$(clock_ms)
    run aws rds create-db-instance \
        --db-instance-identifier "$INSTANCE" \
        --db-instance-class db.t3.micro \
        --engine postgres \
        --engine-version 14.6 \
        --master-username root \
        --manage-master-user-password \
        --allocated-storage 20 \
        --availability-zone "${AWS_DEFAULT_REGION:-us-east-1}a" \
        --backup-retention-period 0 \
        --port 5432 \
        --no-multi-az \
        --db-name "$DATABASE" \
        --storage-type gp2 \
        ${encrypted:+"$encrypted"} \
        --publicly-accessible \
        --enable-performance-insights \
        --performance-insights-retention-period 7 \
        --no-deletion-protection \
        --query 'DBInstance.[DBInstanceIdentifier,Engine,EngineVersion,DBInstanceClass,DBInstanceStatus]' --output text \
        || die "The instance could not be created."
}

wait_for_instance() {
    run aws rds wait "db-instance-$1" --db-instance-identifier "$INSTANCE" \
        || die "The instance is $(instance_status). See: $MARTLET status --data-dir $DATA_DIR"
}

# bring_up_instance FUNCTION: makes it with the function, or starts it, or finds it there.
bring_up_instance() {
    local status
    CREATED_AT_MS=''
    status=$(instance_status)
    if [ "$status" = deleting ]; then
        say "A former one is being deleted."
        wait_for_instance deleted
        status=absent
    fi
    case $status in
        absent) "$1" ;;
        stopped) run aws rds start-db-instance --db-instance-identifier "$INSTANCE" \
            --query DBInstance.DBInstanceStatus --output text || die "The instance could not be started." ;;
        *) good "The instance is there already ($status)." ;;
    esac
}

# url_for LOGIN
url_for() { printf 'postgresql://%s@%s:%s/%s' "$1" "$ENDPOINT" "$PORT" "$DATABASE"; }

# The URL to paste: password included, with everything that a URL cannot hold percent-encoded.
pasteable_url() {
    url_for "$MASTER:$(python3 -c 'import os, urllib.parse; print(urllib.parse.quote(os.environ["PGPASSWORD"], safe=""))')"
}

read_endpoint() {
    local line
    line=$(run_quietly aws rds describe-db-instances --db-instance-identifier "$INSTANCE" \
        --query 'DBInstances[0].[Endpoint.Address,Endpoint.Port,MasterUsername,MasterUserSecret.SecretArn]' --output text) \
        || die "The instance could not be described."
    read -r ENDPOINT PORT MASTER SECRET <<<"$line"
    [ "$ENDPOINT" != None ] || die "The instance has no endpoint."
    [ "$SECRET" != None ] || die "$INSTANCE was made without --manage-master-user-password, so its password is not known here."
    say "$ENDPOINT:$PORT, master user $MASTER"
}

# The command goes to the reader, its output to the caller.
run_quietly() {
    show "$@" >&2
    "$@"
}

# The password goes from the secret into the environment: never into an argument list, and never onto the screen.
read_password() {
    local filter='import json, sys; print(json.load(sys.stdin)["password"])'
    show_text "export PGPASSWORD=\$(aws secretsmanager get-secret-value --secret-id '$SECRET' \\"
    show_text_more "--query SecretString --output text | python3 -c '$filter')"
    PGPASSWORD=$(aws secretsmanager get-secret-value --secret-id "$SECRET" --query SecretString --output text \
        | python3 -c "$filter") || die "The secret could not be read."
    export PGPASSWORD
    say "read (${#PGPASSWORD} characters; not shown)"
}

show_text_more() { printf '          %s%s%s\n' "$CYAN" "$1" "$PLAIN"; }

in_psql() { run psql "$URL" --no-psqlrc -v ON_ERROR_STOP=1 "$@" || die "psql failed."; }

read_ca_bundle() {
    show_text "$(quoted "$MARTLET") ca --data-dir $(quoted "$DATA_DIR") >$(quoted "$CA_BUNDLE")"
    "$MARTLET" ca --data-dir "$DATA_DIR" >"$CA_BUNDLE" || die "martlet ca failed."
}

tell_creation_time() {
    if [ -n "$CREATED_AT_MS" ]; then
        good "Available $(spoken_ms $(($(clock_ms) - CREATED_AT_MS))) after the create command was typed; the AWS CLI" \
            "starting twice took about $(spoken_ms $((2 * ${CLI_START_MS:-0}))) of that."
    fi
}

cruddur_day() {
    step "Making a DB instance, with the course's own parameters"
    bring_up_instance create_instance
    step "Waiting until it is available"
    wait_for_instance available
    tell_creation_time
    step "Asking for its endpoint"
    read_endpoint
    step "Reading the master password from Secrets Manager"
    read_password
    step "Loading Cruddur's schema and first rows"
    URL=$(url_for "$MASTER")
    export PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-30} PAGER=cat
    in_psql -c 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'
    in_psql -f "$CRUDDUR_SQL/schema.sql"
    in_psql -f "$CRUDDUR_SQL/seed.sql"
    step "Reading the home feed"
    in_psql -f "$CRUDDUR_SQL/home-feed.sql"
    step "Serving Cruddur from it"
    serve_cruddur
}

# The app takes the password from the secret itself, whenever it is rotated. TLS is verified against the bundle.
serve_cruddur() {
    local feed count
    own_settings
    read_ca_bundle
    export CONNECTION_URL="postgresql://$ENDPOINT:$PORT/$DATABASE" DB_SECRET_ARN=$SECRET DB_SSL_CA=$CA_BUNDLE
    show_text "export CONNECTION_URL='$CONNECTION_URL' DB_SECRET_ARN='$SECRET' \\"
    show_text_more "DB_SSL_CA=$(quoted "$CA_BUNDLE")"
    start_app Cruddur 4567 /api/health-check
    feed=$(fetch "${APP_URL}api/activities/home") || die "Cruddur did not answer."
    count=$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)))' <<<"$feed") || die "Cruddur's feed is no JSON."
    [ "$count" -gt 0 ] || die "Cruddur's feed is empty, and psql's was not."
    good "Activities in the feed: $count. The page is at $APP_URL"
}
