terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "prefix" { type = string }
variable "instance_class" { type = string }

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
  }
}

data "aws_vpc" "default" {
  default = true
}

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

resource "aws_db_instance" "cruddur" {
  identifier              = "${var.prefix}-cruddur"
  engine                  = "postgres"
  instance_class          = var.instance_class
  allocated_storage       = 20
  storage_type            = "gp3"
  db_name                 = "cruddur"
  username                = "cruddur"
  password                = "correct-horse-battery"
  port                    = 5432
  db_subnet_group_name    = aws_db_subnet_group.cruddur.name
  backup_retention_period = 0
  skip_final_snapshot     = true
  apply_immediately       = true
  publicly_accessible     = true

  tags = {
    App   = "cruddur"
    Stage = "test"
  }
}

output "endpoint" {
  value = aws_db_instance.cruddur.endpoint
}
