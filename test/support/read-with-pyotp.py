# Reads `uri moment` pairs as JSON and tells what pyotp makes of each: the names and the code.
import json
import sys

import pyotp

answers = []
for uri, moment in json.load(sys.stdin):
    otp = pyotp.parse_uri(uri)
    answers.append({"account": otp.name, "issuer": otp.issuer, "code": otp.at(moment)})
json.dump(answers, sys.stdout)
