#!/bin/sh
# Makes the certificates of the TLS tests anew. Needs openssl; the tests do not: the files are kept here.
set -eu
cd "$(dirname "$0")"
days=36500
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -days $days \
    -subj "/CN=Unwind test authority $1" -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
}
# signed <file> <authority> <subject> <subjectAltName> [more openssl x509 options]
signed() {
  file=$1; by=$2; subject=$3; names=$4; shift 4
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$file.key" -out "$file.csr" -subj "/CN=$subject"
  printf 'subjectAltName=%s\n' "$names" > "$file.ext"
  openssl x509 -req -in "$file.csr" -CA "$by.crt" -CAkey "$by.key" -out "$file.crt" -extfile "$file.ext" "$@"
  rm "$file.csr" "$file.ext"
}
authority authority
authority stranger
signed server authority 'Unwind test server' 'DNS:localhost,IP:127.0.0.1' -days $days
signed elsewhere authority 'Unwind test server elsewhere' 'DNS:database.example' -days $days
signed expired authority 'Unwind test server of yesterday' 'DNS:localhost,IP:127.0.0.1' -days -1
signed client authority 'postgres' 'DNS:client' -days $days
rm authority.key stranger.key
