# What is kept from night to night. Evidence, snapshots and the report lie below one access point.

resource "aws_efs_file_system" "data" {
  encrypted = true
  tags      = { Name = "trailfit" }
}

resource "aws_efs_backup_policy" "data" {
  file_system_id = aws_efs_file_system.data.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_access_point" "data" {
  file_system_id = aws_efs_file_system.data.id

  posix_user {
    uid = 65532
    gid = 65532
  }

  root_directory {
    path = "/trailfit"
    creation_info {
      owner_uid   = 65532
      owner_gid   = 65532
      permissions = "0750"
    }
  }
}

resource "aws_efs_mount_target" "data" {
  count           = length(var.subnets)
  file_system_id  = aws_efs_file_system.data.id
  subnet_id       = var.subnets[count.index]
  security_groups = [aws_security_group.data.id]
}

resource "aws_security_group" "task" {
  name_prefix = "trailfit-task-"
  vpc_id      = var.vpc
}

resource "aws_security_group" "data" {
  name_prefix = "trailfit-data-"
  vpc_id      = var.vpc
}

resource "aws_vpc_security_group_egress_rule" "apis" {
  security_group_id = aws_security_group.task.id
  description       = "The AWS APIs"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "data" {
  security_group_id            = aws_security_group.task.id
  description                  = "EFS"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.data.id
}

resource "aws_vpc_security_group_ingress_rule" "data" {
  security_group_id            = aws_security_group.data.id
  description                  = "The task"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.task.id
}
