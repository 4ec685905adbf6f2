/** The Terraform (or OpenTofu) file for a private bucket behind CloudFront. */
import { stampFor } from "./stamp.ts";

/** Quotes a text for HCL, where `${` and `%{` begin templates. */
export function quoteHcl(text: string): string {
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/\$\{/g, "$$$${").replace(/%\{/g, "%%{");
  return `"${escaped}"`;
}

/** Renders the file for a tree that is served under `basePath`. */
export function renderTerraform(basePath: string): string {
  return `# ${stampFor("s3")}
#
# A private bucket, and CloudFront in front of it: for Terraform 1.5 or newer, or OpenTofu.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "bucket" {
  description = "The name of the bucket; it is unique in the world"
  type        = string
}

resource "aws_s3_bucket" "index" {
  bucket = var.bucket
}

# Only CloudFront reads the bucket.
resource "aws_s3_bucket_public_access_block" "index" {
  bucket                  = aws_s3_bucket.index.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_cloudfront_origin_access_control" "index" {
  name                              = "\${var.bucket}-index"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

data "aws_iam_policy_document" "index" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["\${aws_s3_bucket.index.arn}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.index.arn]
    }
  }
  # With it a missing object is 404; without it 403, and uv would stop at this index instead of asking the next one.
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.index.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.index.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "index" {
  bucket = aws_s3_bucket.index.id
  policy = data.aws_iam_policy_document.index.json
}

resource "aws_cloudfront_function" "negotiate" {
  name    = "\${var.bucket}-negotiate"
  runtime = "cloudfront-js-2.0"
  comment = "HTML or JSON, as the client asks (PEP 691)"
  publish = true
  code    = file("\${path.module}/negotiate.js")
}

resource "aws_cloudfront_response_headers_policy" "index" {
  name = "\${var.bucket}-index"
  # micropip runs in browsers.
  cors_config {
    access_control_allow_credentials = false
    access_control_allow_headers {
      items = ["*"]
    }
    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }
    access_control_allow_origins {
      items = ["*"]
    }
    origin_override = true
  }
  # Caches behind CloudFront must keep the formats apart.
  custom_headers_config {
    items {
      header   = "Vary"
      value    = "Accept"
      override = false
    }
  }
  security_headers_config {
    content_type_options {
      override = true
    }
  }
}

# Amazon's own policy that caches by address alone: the Function has made one address for each format.
data "aws_cloudfront_cache_policy" "by_address" {
  name = "Managed-CachingOptimizedForUncompressedObjects"
}

resource "aws_cloudfront_distribution" "index" {
  enabled         = true
  is_ipv6_enabled = true
  comment         = "Python package index"

  origin {
    origin_id                = "index"
    domain_name              = aws_s3_bucket.index.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.index.id
  }

  default_cache_behavior {
    target_origin_id           = "index"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    cache_policy_id            = data.aws_cloudfront_cache_policy.by_address.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.index.id
    # A sidecar has to arrive as it is.
    compress = false
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.negotiate.arn
    }
  }

  # A missing project has to be a 404, so that clients go on to the next index; and a short one, since it may come.
  custom_error_response {
    error_code            = 404
    response_code         = 404
    response_page_path    = ${quoteHcl(`${basePath}404.html`)}
    error_caching_min_ttl = 10
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  # A name of your own needs aliases, and a certificate of ACM in us-east-1.
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

output "url" {
  description = "What [index] url is to be"
  value       = "https://\${aws_cloudfront_distribution.index.domain_name}${quoteHcl(basePath).slice(1)}
}
`;
}
