terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "prefix" { type = string }
variable "instance_class" { type = string }
# Whether this host can encrypt volumes.
variable "encrypted" {
  type    = bool
  default = false
}
# Whether this host can make storage as slow as it is asked to.
variable "fast" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "us-east-1"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_credentials_validation = false
  skip_requesting_account_id  = false

  endpoints {
    rds            = var.endpoint
    ec2            = var.endpoint
    sts            = var.endpoint
    iam            = var.endpoint
    secretsmanager = var.endpoint
    kms            = var.endpoint
  }
}

data "aws_vpc" "default" {
  default = true
}

data "aws_caller_identity" "current" {}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

resource "aws_db_subnet_group" "cruddur" {
  name        = "${var.prefix}-subnets"
  description = "Where Cruddur's database lives"
  subnet_ids  = data.aws_subnets.default.ids
  tags        = { App = "cruddur" }
}

resource "aws_security_group" "db" {
  name        = "${var.prefix}-db"
  description = "Who may use the database"
  vpc_id      = data.aws_vpc.default.id
  tags        = { App = "cruddur" }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "web" {
  name        = "${var.prefix}-web"
  description = "Programs that use the database"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    description = "people"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["198.51.100.0/24"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "office" {
  security_group_id = aws_security_group.db.id
  description       = "the office"
  cidr_ipv4         = "203.0.113.0/24"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  tags              = { Who = "office" }
}

resource "aws_vpc_security_group_ingress_rule" "office_ipv6" {
  security_group_id = aws_security_group.db.id
  cidr_ipv6         = "2001:db8::/48"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "-1"
}

data "aws_rds_engine_version" "postgres" {
  engine       = "postgres"
  default_only = true
}

resource "aws_db_parameter_group" "cruddur" {
  name        = "${var.prefix}-cruddur"
  family      = data.aws_rds_engine_version.postgres.parameter_group_family
  description = "What Cruddur's database is told"
  tags        = { App = "cruddur" }

  parameter {
    name  = "work_mem"
    value = "LEAST({DBInstanceClassMemory/131072},65536)"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = var.instance_class == "db.t3.micro" ? "500" : "250"
  }

  parameter {
    name         = "max_connections"
    value        = "90"
    apply_method = "pending-reboot"
  }
}

resource "aws_kms_key" "cruddur" {
  description             = "Secrets and volumes of Cruddur"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 180
  tags                    = { App = "cruddur" }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "root"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_key" "plain" {
  description             = "Just a key, ${var.instance_class}"
  deletion_window_in_days = 7
}

resource "aws_kms_alias" "cruddur" {
  name          = "alias/${var.prefix}/cruddur"
  target_key_id = aws_kms_key.cruddur.key_id
}

resource "aws_secretsmanager_secret" "session" {
  name                    = "${var.prefix}/session"
  description             = "Signs the sessions"
  kms_key_id              = aws_kms_key.cruddur.arn
  recovery_window_in_days = 7
  tags                    = { App = "cruddur" }
}

resource "aws_secretsmanager_secret_version" "session" {
  secret_id     = aws_secretsmanager_secret.session.id
  secret_string = jsonencode({ key = "for ${var.instance_class}" })
}

resource "aws_secretsmanager_secret" "certificate" {
  name                    = "${var.prefix}/certificate"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "certificate" {
  secret_id     = aws_secretsmanager_secret.certificate.id
  secret_binary = base64encode("certificate")
}

resource "aws_db_instance" "cruddur" {
  identifier              = "${var.prefix}-cruddur"
  parameter_group_name    = aws_db_parameter_group.cruddur.name
  engine                  = "postgres"
  instance_class          = var.instance_class
  allocated_storage       = 20
  storage_type            = "gp3"
  storage_encrypted       = var.encrypted
  kms_key_id              = var.encrypted ? aws_kms_key.cruddur.arn : null
  db_name                 = "cruddur"
  username                = "cruddur"
  password                = "correct-horse-battery"
  port                    = 5432
  db_subnet_group_name    = aws_db_subnet_group.cruddur.name
  vpc_security_group_ids  = [aws_security_group.db.id]
  backup_retention_period = 0
  skip_final_snapshot     = true
  apply_immediately       = true
  publicly_accessible     = true

  tags = {
    App   = "cruddur"
    Stage = "test"
  }
}

resource "aws_db_snapshot" "cruddur" {
  db_instance_identifier = aws_db_instance.cruddur.identifier
  db_snapshot_identifier = "${var.prefix}-before-release"
  tags                   = { App = "cruddur" }
}

resource "aws_db_snapshot_copy" "cruddur" {
  source_db_snapshot_identifier = aws_db_snapshot.cruddur.db_snapshot_arn
  target_db_snapshot_identifier = "${var.prefix}-archive"
  kms_key_id                    = var.encrypted ? aws_kms_key.cruddur.arn : null
}

resource "aws_db_instance" "staging" {
  identifier             = "${var.prefix}-staging"
  snapshot_identifier    = aws_db_snapshot.cruddur.db_snapshot_identifier
  instance_class         = "db.t3.micro"
  storage_encrypted      = var.encrypted
  db_subnet_group_name   = aws_db_subnet_group.cruddur.name
  vpc_security_group_ids = [aws_security_group.db.id]
  skip_final_snapshot    = true
  apply_immediately      = true
  # Without tags of its own it would have those of the snapshot's instance, as on RDS.
  tags = { App = "cruddur", Stage = "staging" }
}

data "aws_rds_engine_version" "mariadb" {
  engine       = "mariadb"
  default_only = true
}

resource "aws_db_parameter_group" "blog" {
  name_prefix = "${var.prefix}-blog-"
  family      = data.aws_rds_engine_version.mariadb.parameter_group_family

  parameter {
    name  = "slow_query_log"
    value = "1"
  }

  parameter {
    name  = "long_query_time"
    value = "0.5"
  }

  parameter {
    name         = "innodb_ft_min_token_size"
    value        = "4"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_option_group" "blog" {
  name                     = "${var.prefix}-blog"
  engine_name              = "mariadb"
  major_engine_version     = join(".", slice(split(".", data.aws_rds_engine_version.mariadb.version), 0, 2))
  option_group_description = "Who did what to the blog"

  option {
    option_name = "MARIADB_AUDIT_PLUGIN"

    option_settings {
      name  = "SERVER_AUDIT_EVENTS"
      value = "CONNECT,QUERY_DDL"
    }
  }
}

resource "aws_db_instance" "blog" {
  identifier              = "${var.prefix}-blog"
  engine                  = "mariadb"
  instance_class          = "db.t3.micro"
  allocated_storage       = 100
  storage_type            = var.fast ? "io1" : "gp3"
  iops                    = !var.fast ? null : var.instance_class == "db.t3.micro" ? 1000 : 2000
  username                = "blog"
  password                = "correct-horse-battery"
  parameter_group_name    = aws_db_parameter_group.blog.name
  option_group_name       = aws_db_option_group.blog.name
  backup_retention_period = 0
  skip_final_snapshot     = true
  apply_immediately       = true
}

data "aws_rds_engine_version" "mysql" {
  engine       = "mysql"
  default_only = true
}

resource "aws_db_parameter_group" "shop" {
  name   = "${var.prefix}-shop"
  family = data.aws_rds_engine_version.mysql.parameter_group_family

  parameter {
    name  = "require_secure_transport"
    value = "1"
  }

  parameter {
    name  = "character_set_server"
    value = "utf8mb4"
  }

  parameter {
    name  = "max_connections"
    value = "LEAST({DBInstanceClassMemory/12582880},60)"
  }

  parameter {
    name         = "innodb_ft_min_token_size"
    value        = "4"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_instance" "shop" {
  identifier              = "${var.prefix}-shop"
  engine                  = "mysql"
  instance_class          = var.instance_class
  allocated_storage       = 20
  db_name                 = "shop"
  username                = "shop"
  password                = "correct-horse-battery"
  parameter_group_name    = aws_db_parameter_group.shop.name
  vpc_security_group_ids  = [aws_security_group.db.id]
  backup_retention_period = 1
  skip_final_snapshot     = true
  apply_immediately       = true
}

output "endpoint" {
  value = aws_db_instance.cruddur.endpoint
}
