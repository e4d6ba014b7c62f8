# shellcheck shell=bash
# The day of a Flask developer with MySQL on RDS: a security group, an instance, the mysql client, an application with a pool
# of connections. Needs console.sh, tools.sh, app.sh, cruddur.sh (what is done with any instance), the AWS CLI in PATH and its
# environment set. Leaves ENDPOINT, PORT, MASTER and APP_URL behind. Sourced, never run.

BLOG_GROUP=rds-flask-sg
BLOG_DATABASE=blogdb
BLOG_APP=$ROOT/Examples/FlaskBlog

blog_settings() {
    INSTANCE=flask-blog-db
    own_settings
    PASSWORD_FILE=$OWN/$INSTANCE.password
}

# Endpoints are on loopback addresses, so this machine's address is 127.0.0.1 to them.
make_security_group() {
    GROUP_ID=$(aws ec2 describe-security-groups --filters "Name=group-name,Values=$BLOG_GROUP" \
        --query 'SecurityGroups[0].GroupId' --output text) || die "The security groups could not be described."
    if [ "$GROUP_ID" = None ]; then
        GROUP_ID=$(run_quietly aws ec2 create-security-group --group-name "$BLOG_GROUP" \
            --description "MySQL for the Flask application" --query GroupId --output text) \
            || die "The security group could not be made."
    fi
    say "$BLOG_GROUP is $GROUP_ID"
    # shellcheck disable=SC2016
    if aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$GROUP_ID" \
        --query 'SecurityGroupRules[?IsEgress==`false`].FromPort' --output text | grep -qw 3306; then
        good "It lets this machine in on port 3306 already."
        return
    fi
    run aws ec2 authorize-security-group-ingress --group-id "$GROUP_ID" --protocol tcp --port 3306 --cidr 127.0.0.1/32 \
        --query Return --output text || die "The rule could not be added."
}

# A password of one's own, in a file that others cannot read: never in an argument list, and never on the screen.
make_password() {
    [ -s "$PASSWORD_FILE" ] && return
    (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '\n/+=' >"$PASSWORD_FILE") || die "Cannot write $PASSWORD_FILE."
    if [ "$(instance_status)" != absent ]; then
        say "Its former password is not known here: it gets another."
        run aws rds modify-db-instance --db-instance-identifier "$INSTANCE" --apply-immediately \
            --master-user-password "file://$PASSWORD_FILE" --query DBInstance.DBInstanceStatus --output text \
            || die "The password could not be changed."
    fi
}

create_blog_instance() {
    # shellcheck disable=SC2034
    CREATED_AT_MS=$(clock_ms)
    run aws rds create-db-instance \
        --db-instance-identifier "$INSTANCE" \
        --db-instance-class db.t3.micro \
        --engine mysql \
        --master-username admin \
        --master-user-password "file://$PASSWORD_FILE" \
        --allocated-storage 20 \
        --max-allocated-storage 100 \
        --vpc-security-group-ids "$GROUP_ID" \
        --port 3306 \
        --db-name "$BLOG_DATABASE" \
        --publicly-accessible \
        --backup-retention-period 0 \
        --query 'DBInstance.[DBInstanceIdentifier,Engine,EngineVersion,DBInstanceClass,DBInstanceStatus]' --output text \
        || die "The instance could not be created."
}

# `aws rds wait` looks every 30 seconds, which is longer than it takes.
await_blog_instance() {
    local deadline=$(($(clock_ms) + 120000)) status
    show_text "aws rds describe-db-instances --db-instance-identifier $INSTANCE    # until it is available"
    while status=$(instance_status) && [ "$status" != available ]; do
        case $status in failed | incompatible-* | insufficient-capacity | storage-full | absent) break ;; esac
        if [ "$(clock_ms)" -gt "$deadline" ]; then break; fi
        sleep 0.2
    done
    [ "$status" = available ] || die "The instance is $status. See: $MARTLET status --data-dir $DATA_DIR"
}

read_blog_endpoint() {
    local line
    line=$(run_quietly aws rds describe-db-instances --db-instance-identifier "$INSTANCE" \
        --query 'DBInstances[0].[Endpoint.Address,Endpoint.Port,MasterUsername]' --output text) \
        || die "The instance could not be described."
    read -r ENDPOINT PORT MASTER <<<"$line"
    [ "$ENDPOINT" != None ] || die "The instance has no endpoint."
    say "$ENDPOINT:$PORT, master user $MASTER"
}

# MariaDB's client and Oracle's say differently that the server's certificate must be right.
tls_options() {
    if mysql --help 2>/dev/null | grep -q -- --ssl-mode; then
        printf '%s\n' "--ssl-ca=$CA_BUNDLE" --ssl-mode=VERIFY_IDENTITY
    else
        printf '%s\n' "--ssl-ca=$CA_BUNDLE" --ssl-verify-server-cert
    fi
}

in_mysql() {
    local options
    mapfile -t options < <(tls_options)
    say "(-p asks for the password; here it comes from the environment)"
    MYSQL_PWD=$(<"$PASSWORD_FILE") run mysql -h "$ENDPOINT" -P "$PORT" -u "$MASTER" "${options[@]}" --table -e "$1" \
        || die "The mysql client failed."
}

blog_environment() {
    local own=$TOOLS/flask-venv
    if ! "$own/bin/python3" -c 'import flask_sqlalchemy, pymysql' 2>/dev/null; then
        make_environment "$own" -r "$BLOG_APP/requirements.txt"
    fi
    export DB_HOST=$ENDPOINT DB_PORT=$PORT DB_USER=$MASTER DB_NAME=$BLOG_DATABASE DB_SSL_CA=$CA_BUNDLE
    DB_PASS=$(<"$PASSWORD_FILE")
    export DB_PASS
    PATH=$own/bin:$PATH
}

# Starts the application, asks for its page, and ends it.
ask_application() {
    local pid page='' deadline
    PORT_OF_APP=$(free_port)
    show_text "python app.py &    # in Examples/FlaskBlog, with DB_HOST, DB_USER, DB_PASS, DB_NAME and DB_SSL_CA set"
    PORT=$PORT_OF_APP python3 "$BLOG_APP/app.py" >"$OWN/app.log" 2>&1 &
    pid=$!
    deadline=$(($(clock_ms) + 30000))
    show_text "curl http://127.0.0.1:$PORT_OF_APP/"
    while [ -z "$page" ]; do
        page=$(python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())' \
            "http://127.0.0.1:$PORT_OF_APP/" 2>/dev/null) || sleep 0.1
        if ! kill -0 "$pid" 2>/dev/null || [ "$(clock_ms)" -gt "$deadline" ]; then break; fi
    done
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null || true
    [[ $page == *"Posts: "* ]] || { tail -n 20 "$OWN/app.log" >&2; die "The application did not answer."; }
    good "$page"
}

blog_day() {
    local page
    blog_settings
    step "Making a security group that lets this machine in on port 3306"
    make_security_group
    step "Making a DB instance, with the note's own parameters"
    make_password
    bring_up_instance create_blog_instance
    step "Waiting until it is available"
    await_blog_instance
    tell_creation_time
    step "Asking for its endpoint, and for the certificates to trust"
    read_blog_endpoint
    read_ca_bundle
    step "Connecting with the mysql client"
    in_mysql '\s SHOW DATABASES'
    step "Running the Flask application"
    blog_environment
    run flask --app "$BLOG_APP/app.py" add-post "Written by scripts/quickstart" || die "The post could not be added."
    ask_application
    step "Serving the same posts with the Blog of Examples"
    DB_ENDPOINT=$ENDPOINT DB_USERNAME=$MASTER DB_PASSWORD=$DB_PASS start_app Blog 5000 /health
    page=$(fetch "$APP_URL") || die "The Blog did not answer."
    [[ $page =~ \<h1\>Posts:\ [0-9]+\</h1\> ]] || die "The Blog does not say how many posts there are."
    good "${BASH_REMATCH[0]}"
}
