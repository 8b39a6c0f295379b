variable "image" {
  description = "The image that deploy/container/Containerfile builds, in ECR"
  type        = string
}

variable "repository_arn" {
  description = "ARN of the image's ECR repository"
  type        = string
}

variable "region" {
  description = "Where the task runs; KMS, SQS and the like are collected from there"
  type        = string
}

variable "bucket" {
  description = "Name of the trail's bucket"
  type        = string
}

variable "key_arn" {
  description = "ARN of the KMS key that the trail's logs are encrypted with"
  type        = string
}

variable "vpc" {
  description = "Id of the VPC"
  type        = string
}

variable "subnets" {
  description = "Ids of subnets with a way to the AWS APIs, each in another zone"
  type        = list(string)
}

variable "assign_public_ip" {
  description = "True in subnets whose way out is an internet gateway"
  type        = bool
  default     = false
}
