"""A bucket for tests: moto on loopback, filled from a folder.

usage: bucket.py FOLDER
Prints its endpoint; the bucket is `logs`, the folder's own name begins the keys. Ends with its standard input.
"""

import logging
import os
import sys

os.environ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
os.environ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

import boto3
from moto.server import ThreadedMotoServer


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://127.0.0.1:%d" % server.get_host_and_port()[1]
    s3, folder = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1"), sys.argv[1]
    s3.create_bucket(Bucket="logs")
    for place, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(place, name)
            s3.upload_file(path, "logs", os.path.relpath(path, os.path.dirname(folder)).replace(os.sep, "/"))
    print(endpoint, flush=True)
    sys.stdin.read()


main()
