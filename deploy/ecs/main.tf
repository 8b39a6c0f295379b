# The nightly job as a scheduled task of ECS on Fargate: EventBridge Scheduler starts it, EFS keeps the evidence.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

locals {
  mount = "/var/lib/trailfit"

  mounts = [
    { sourceVolume = "data", containerPath = local.mount, readOnly = false },
    { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
  ]

  logging = {
    logDriver = "awslogs"
    options = {
      "awslogs-group"         = aws_cloudwatch_log_group.trailfit.name
      "awslogs-region"        = var.region
      "awslogs-stream-prefix" = "trailfit"
    }
  }
}

resource "aws_cloudwatch_log_group" "trailfit" {
  name              = "/trailfit"
  retention_in_days = 400
}

resource "aws_ecs_cluster" "trailfit" {
  name = "trailfit"
}

resource "aws_ecs_task_definition" "trailfit" {
  family                   = "trailfit"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 2048
  memory                   = 8192
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  ephemeral_storage {
    size_in_gib = 30
  }

  volume {
    name = "data"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.data.id
      transit_encryption = "ENABLED"
      authorization_config {
        access_point_id = aws_efs_access_point.data.id
        iam             = "ENABLED"
      }
    }
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([
    {
      name                   = "collect"
      image                  = var.image
      essential              = false
      user                   = "65532:65532"
      readonlyRootFilesystem = true
      command                = ["collect", "--out", "grants", "--quiet"]
      environment            = [{ name = "AWS_REGION", value = var.region }]
      mountPoints            = local.mounts
      logConfiguration       = local.logging
    },
    {
      name                   = "run"
      image                  = var.image
      essential              = true
      user                   = "65532:65532"
      readonlyRootFilesystem = true
      # A snapshot that is not whole ends with 3, and is told in the report; none at all ends the run with 2.
      dependsOn        = [{ containerName = "collect", condition = "COMPLETE" }]
      command          = ["run", "s3://${var.bucket}/AWSLogs", "--grants", "grants", "--archive", "evidence", "--window", "90d", "--out", "report", "--log", "json", "--metrics", "-", "--metrics-format", "emf"]
      environment      = [{ name = "AWS_REGION", value = var.region }]
      mountPoints      = local.mounts
      logConfiguration = local.logging
      stopTimeout      = 30
    },
  ])
}

resource "aws_scheduler_schedule" "nightly" {
  name                         = "trailfit"
  schedule_expression          = "cron(0 3 * * ? *)"
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 30
  }

  target {
    arn      = aws_ecs_cluster.trailfit.arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.trailfit.arn
      launch_type         = "FARGATE"
      network_configuration {
        subnets          = var.subnets
        security_groups  = [aws_security_group.task.id]
        assign_public_ip = var.assign_public_ip
      }
    }

    # A task that could not be started is tried again; one that failed is not.
    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 3600
    }
  }
}
