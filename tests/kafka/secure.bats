# secure.bats -- TLS, user names and passwords against a real broker: right ones work, wrong ones end the program soon with
# one line of error, and no output contains a secret.
load helpers
setup_file() {
	export KAFKA_BAD_CERTS=1
	broker_up "${KAFKA_VERSION:-3.9.2}"
	CA=$BATS_FILE_TMPDIR/broker/tls/ca.pem
	export CA
	topic secure
}
teardown_file() { broker_down; }

EVENT='{"ts":"2024-05-01T10:39:58Z","a":1}'
# at N: prints the URI of our topic at the broker's port PORT+N.
at() { echo "kafka://127.0.0.1:$((PORT + $1))/secure"; }
# login PROTOCOL MECHANISM PASSWORD: writes a file of properties for -F.
login() {
	printf '%s\n' "security.protocol=$1" "sasl.mechanism=$2" sasl.username=alice "sasl.password=$3" "ssl.ca.location=$CA" >login
}
# refused STATUS PATTERN N: succeeds if both programs end soon with STATUS and one line of error.
refused() {
	expect "$1" '' "~sp-publish: $2" -- timeout 9 sp-publish -F login "$(at "$3")" <<<"$EVENT" && one_line || return 1
	expect "$1" '' "~sp-capture: $2" -- timeout 9 sp-capture -F login "$(at "$3")" -e && one_line || return 1
	expect "$1" '' "~sp-capture: $2" -- timeout 9 sp-capture -F login "$(at "$3")" -G group -e && one_line
}
one_line() {
	[ "$(wc -l <.err)" = 1 ] && ! grep -q secret .err || { cat .err; return 1; }
}
works() {
	expect 0 '' '' -- timeout 20 sp-publish -F login "$(at "$1")" <<<"$EVENT"
	expect 0 "~*$EVENT" '' -- timeout 20 sp-capture -F login "$(at "$1")" -e
}

@test "TLS" {
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$CA" >login
	works 3
}

@test "PLAIN, with TLS and without" {
	login sasl_ssl PLAIN alice-secret
	works 2
	login sasl_plaintext PLAIN alice-secret
	works 4
}

@test "SCRAM works with Kafka 3; with Kafka 4 and librdkafka 2.0.2 the message names the cause" {
	for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
		login sasl_ssl $mechanism alice-secret
		case ${KAFKA_VERSION:-3.9.2} in
		3.*) works 2 ;;
		*) refused 77 '*librdkafka before 2.6.1 cannot use SCRAM with Kafka 4*' 2 ;;
		esac
	done
}

@test "the password may come from the environment" {
	login sasl_ssl PLAIN alice-secret
	sed -i /password/d login
	export SP_KAFKA_SASL_PASSWORD=alice-secret
	works 2
	unset SP_KAFKA_SASL_PASSWORD
	SP_KAFKA_CONFIG=$PWD/rest
	export SP_KAFKA_CONFIG
	echo sasl.password=alice-secret >rest
	works 2
}

@test "a wrong password ends with 77 within seconds" {
	login sasl_ssl PLAIN not-the-secret
	refused 77 '*uthentication failed*: check sasl.username, sasl.password and sasl.mechanism' 2
	login sasl_plaintext PLAIN not-the-secret
	refused 77 '*uthentication failed*: check sasl.username, sasl.password and sasl.mechanism' 4
	case ${KAFKA_VERSION:-3.9.2} in
	3.*)
		login sasl_ssl SCRAM-SHA-256 not-the-secret
		refused 77 '*: check sasl.username, sasl.password and sasl.mechanism*' 2
		;;
	esac
}

@test "a certificate of an unknown authority" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 9 -subj /CN=other 2>openssl.log
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$PWD/other.pem" >login
	refused 69 '*certificate*not signed by a known authority*ssl.ca.location=FILE*' 3
}

@test "an expired certificate" {
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$CA" >login
	refused 69 '*certificate has expired*' 5
}

@test "a certificate for another host" {
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$CA" >login
	refused 69 '*certificate is for another host name' 6
}

@test "a missing file of certificate authorities" {
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$PWD/none.pem" >login
	refused 78 '*none.pem: cannot be used as ssl.ca.location*' 3
}

@test "TLS to a port without TLS, and the reverse, end with one line of error" {
	printf '%s\n' security.protocol=ssl "ssl.ca.location=$CA" >login
	expect 69 '' '~sp-publish: *' -- timeout 20 sp-publish -F login "$(at 0)" <<<"$EVENT"
	one_line
	: >login
	expect 69 '' '~sp-publish: *' -- timeout 20 sp-publish -F login "$(at 3)" <<<"$EVENT"
	one_line
}

@test "secrets are not in ps, the status line, the metrics or a diagnostic" {
	login sasl_ssl PLAIN alice-secret
	mkfifo in
	sp-publish -F login --status --metrics metrics "$(at 2)" <in 2>err 3>&- & publisher=$!
	sp-capture -F login --status --metrics metrics2 "$(at 2)" >out 2>err2 3>&- & captor=$!
	exec 7>in
	echo "$EVENT" >&7
	wait_for 20 lines out 1
	! ps -ww -o args= -p $publisher,$captor | grep secret
	# Nor where the environment of a process is read by its owner only, in its command line.
	! tr '\0' '\n' </proc/$captor/cmdline | grep secret
	kill -USR1 $publisher $captor
	exec 7>&-
	wait $publisher
	kill -INT $captor
	wait $captor
	[ -s metrics ] && [ -s metrics2 ] && [ -s err ] && [ -s err2 ]
	! grep -l secret out err err2 metrics metrics2
	for p in sasl.password=s3cret ssl.key.password=s3cret ssl.key.pem=s3cret sasl.oauthbearer.client.secret=s3cret; do
		expect 64 '' '~*-X *: other users can see a command line*' -- sp-capture -X $p "$(at 2)"
		! grep -q s3cret .err
	done
}
