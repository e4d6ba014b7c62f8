"""serve --sg-refusal drop: a client that no group admits learns nothing, as on AWS."""

import psycopg

from martlet_client import ask, create_available, ec2, martlet, name, note, wait

group = ec2.create_security_group(GroupName=name("db"), Description="nobody yet")["GroupId"]
database = create_available(name("db"), VpcSecurityGroupIds=[group])

note("no word about groups or rules")
try:
    ask(database, "SELECT 1", connect_timeout=5)
    raise AssertionError("the client was admitted")
except psycopg.OperationalError as error:
    assert group not in str(error) and "security" not in str(error).lower(), error

note("but the operator can ask why")
why = martlet("why", name("db"), check=False)
assert why.returncode == 1 and group in why.stdout and "gets no answer" in why.stdout, why.stdout

note("and let it in")
martlet("sg", "allow-me", group)


def is_admitted():
    try:
        return ask(database, "SELECT 1", connect_timeout=5) == 1
    except psycopg.OperationalError:
        return False


wait("it is admitted", is_admitted, 20)
