set -euo pipefail
export AWS_PAGER=''

usage() {
  cat <<TEXT
usage: ${0##*/} [--dry-run] [--delete-oldest] [NUMBER…]
  --dry-run        check everything and print the commands, change nothing
  --delete-oldest  where five versions of a policy stand, delete the oldest that is not in force
  NUMBER           only these changes; all without any
TEXT
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

dry_run=no
delete_oldest=no
chosen=' '
for word in "$@"; do
  case $word in
    --dry-run) dry_run=yes ;;
    --delete-oldest) delete_oldest=yes ;;
    -h | --help) usage && exit 0 ;;
    '' | *[!0-9]*) usage >&2 && exit 2 ;;
    *) chosen+="$word " ;;
  esac
done

number=0
refused=0
plan=()    # the words of all commands, one after the other
lengths=() # how many words each command has

# Begins a change; those that were not chosen are passed over.
change() { # NUMBER TITLE
  number=$1
  if wanted; then printf '%s. %s\n' "$1" "$2"; fi
}

wanted() { [[ $chosen == ' ' || $chosen == *" $number "* ]]; }

refuse() {
  printf '   refused: %s\n' "$*"
  refused=$((refused + 1))
}

already() { printf '   already so: %s\n' "$*"; }

queue() { # COMMAND WORD…
  plan+=("$@")
  lengths+=("$#")
}

# Prints what IAM answers, `absent` where there is no such thing. Any other error ends the script.
ask() { # WORD…
  local answer
  if answer=$(aws iam "$@" 2>"$errors"); then
    printf '%s' "$answer"
  elif grep -q NoSuchEntity "$errors"; then
    printf 'absent'
  else
    cat "$errors" >&2
    return 2
  fi
}

# A document as a literal of the CLI's query language; `none` stands for none.
literal() { # FILE
  local text=null
  if [[ $1 != none ]]; then text=$(cat -- "$1") || return 2; fi
  printf "\`%s\`" "${text//\`/\\\`}"
}

# Which of two documents stands: prints `before`, `after` or `other`. They are compared as JSON, not as text.
state() { # QUERY BEFORE AFTER WORD…
  local query=$1 before=$2 after=$3 answer old new
  shift 3
  old=$(literal "$before") || return 2
  new=$(literal "$after") || return 2
  answer=$(ask "$@" --output text --query "[$query == $old, $query == $new]") || return 2
  case $answer in
    absent) if [[ $after == none ]]; then echo after; elif [[ $before == none ]]; then echo before; else echo other; fi ;;
    *True) echo after ;;
    True*) echo before ;;
    *) echo other ;;
  esac
}

# Puts an inline policy, or deletes it where AFTER is `none`.
inline() { # KIND OWNER POLICY BEFORE AFTER
  wanted || return 0
  local now at=("--$1-name" "$2" --policy-name "$3")
  now=$(state PolicyDocument "$4" "$5" "get-$1-policy" "${at[@]}")
  case $now in
    after) already "inline policy $3 of $1 $2" ;;
    before)
      if [[ $5 == none ]]; then
        queue aws iam "delete-$1-policy" "${at[@]}"
      else
        queue aws iam "put-$1-policy" "${at[@]}" --policy-document "file://$5"
      fi
      ;;
    *) refuse "inline policy $3 of $1 $2 is not what this change was made from" ;;
  esac
}

# Puts a role's trust policy.
trust() { # ROLE BEFORE AFTER
  wanted || return 0
  local now
  now=$(state Role.AssumeRolePolicyDocument "$2" "$3" get-role --role-name "$1")
  case $now in
    after) already "trust policy of role $1" ;;
    before) queue aws iam update-assume-role-policy --role-name "$1" --policy-document "file://$3" ;;
    *) refuse "trust policy of role $1 is not what this change was made from" ;;
  esac
}

default_version() { ask get-policy --policy-arn "$1" --output text --query Policy.DefaultVersionId; }

# Refuses when a policy is no more what was judged.
stands() { # ARN VERSION BEFORE
  wanted || return 0
  local id now
  id=$(default_version "$1")
  now=$(state PolicyVersion.Document "$3" none get-policy-version --policy-arn "$1" --version-id "$id")
  if [[ $id != "$2" || $now != before ]]; then
    refuse "version $id of $1 is in force and is not what this change was made from ($2)"
  fi
}

# Makes a new default version, if VERSION is still in force.
new_version() { # ARN VERSION BEFORE AFTER
  wanted || return 0
  local id now
  id=$(default_version "$1")
  now=$(state PolicyVersion.Document "$3" "$4" get-policy-version --policy-arn "$1" --version-id "$id")
  case $now in
    after) already "$1, version $id" ;;
    before)
      stands "$1" "$2" "$3"
      make_room "$1"
      queue aws iam create-policy-version --policy-arn "$1" --policy-document "file://$4" --set-as-default
      ;;
    *) refuse "version $id of $1 is in force and is not what this change was made from ($2)" ;;
  esac
}

# IAM keeps five versions of a policy; which one goes is said, and it goes only when that was asked for.
make_room() { # ARN
  local count oldest
  count=$(ask list-policy-versions --policy-arn "$1" --output json --query 'length(Versions)')
  if ((count < 5)); then return 0; fi
  oldest=$(ask list-policy-versions --policy-arn "$1" --output json \
    --query 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId')
  oldest=${oldest//\"/}
  if [[ $delete_oldest == yes ]]; then
    queue aws iam delete-policy-version --policy-arn "$1" --version-id "$oldest"
  else
    refuse "$count versions of $1 stand, and IAM keeps no more: look at the oldest, $oldest, and run this again" \
      "with --delete-oldest, or delete it yourself:" \
      "aws iam delete-policy-version --policy-arn $1 --version-id $oldest"
  fi
}

# Puts VERSION in force again and deletes the one that took its place.
old_version() { # ARN VERSION BEFORE AFTER
  wanted || return 0
  local id now old
  id=$(default_version "$1")
  now=$(state PolicyVersion.Document "$4" "$3" get-policy-version --policy-arn "$1" --version-id "$id")
  old=$(state PolicyVersion.Document "$4" "$3" get-policy-version --policy-arn "$1" --version-id "$2")
  if [[ $id == "$2" && $now == after ]]; then
    already "$1, version $id"
  elif [[ $now == before && $old == after ]]; then
    queue aws iam set-default-policy-version --policy-arn "$1" --version-id "$2"
    queue aws iam delete-policy-version --policy-arn "$1" --version-id "$id"
  else
    refuse "version $id of $1 is in force and is not what was applied, or $2 is gone"
  fi
}

create() { # ARN NAME DOCUMENT
  wanted || return 0
  local id now
  id=$(default_version "$1")
  if [[ $id == absent ]]; then
    queue aws iam create-policy --policy-name "$2" --policy-document "file://$3"
    queue aws iam wait policy-exists --policy-arn "$1"
    return 0
  fi
  now=$(state PolicyVersion.Document none "$3" get-policy-version --policy-arn "$1" --version-id "$id")
  if [[ $now == after ]]; then already "$1"; else refuse "another policy stands as $1"; fi
}

delete() { # ARN DOCUMENT
  wanted || return 0
  local id now
  id=$(default_version "$1")
  if [[ $id == absent ]]; then
    already "$1 is gone"
    return 0
  fi
  now=$(state PolicyVersion.Document "$2" none get-policy-version --policy-arn "$1" --version-id "$id")
  if [[ $now == before ]]; then
    queue aws iam delete-policy --policy-arn "$1"
  else
    refuse "$1 is not what was applied"
  fi
}

is_attached() { # KIND OWNER ARN
  ask "list-attached-$1-policies" "--$1-name" "$2" --output json \
    --query "contains(AttachedPolicies[].PolicyArn, '${3//\'/\\\'}')"
}

attach() { # KIND OWNER ARN
  wanted || return 0
  local now
  now=$(is_attached "$1" "$2" "$3")
  case $now in
    true) already "$3 is attached to $1 $2" ;;
    false) queue aws iam "attach-$1-policy" "--$1-name" "$2" --policy-arn "$3" ;;
    *) refuse "there is no $1 $2" ;;
  esac
}

detach() { # KIND OWNER ARN
  wanted || return 0
  local now
  now=$(is_attached "$1" "$2" "$3")
  case $now in
    true) queue aws iam "detach-$1-policy" "--$1-name" "$2" --policy-arn "$3" ;;
    *) already "$3 is not attached to $1 $2" ;;
  esac
}

# Refuses when somebody holds the policy who was not judged. A group without members holds it for nobody.
held_by() { # ARN KIND/NAME…
  wanted || return 0
  local arn=$1 found holder members
  shift
  found=$(ask list-entities-for-policy --policy-arn "$arn" --output text --query "[PolicyRoles[].join('/', ['role', \
RoleName]), PolicyUsers[].join('/', ['user', UserName]), PolicyGroups[].join('/', ['group', GroupName])][]")
  for holder in $found; do
    if [[ $holder == absent || $holder == None || " $* " == *" $holder "* ]]; then continue; fi
    members=1
    if [[ $holder == group/* ]]; then
      members=$(ask get-group --group-name "${holder#group/}" --output json --query 'length(Users)')
    fi
    if [[ $members != 0 ]]; then refuse "$arn is by now also attached to $holder, which was not judged"; fi
  done
}

# Everything is checked before anything is changed.
main() { # ACCOUNT
  local caller first=0 length
  errors=$(mktemp)
  trap 'rm -f -- "$errors"' EXIT
  caller=$(aws sts get-caller-identity --output text --query Account)
  if [[ $caller != "$1" ]]; then fail "these are credentials of account $caller, and this is for $1"; fi
  changes
  if ((refused > 0)); then
    printf 'Nothing was changed: refused %s times.\n' "$refused"
    exit 1
  fi
  for length in ${lengths[@]+"${lengths[@]}"}; do
    printf '+'
    printf ' %q' "${plan[@]:first:length}"
    printf '\n'
    if [[ $dry_run == no ]]; then
      "${plan[@]:first:length}" >/dev/null || fail "stopped at this command; run it again, or rollback.sh"
    fi
    first=$((first + length))
  done
  if [[ $dry_run == yes ]]; then echo 'Nothing was changed: --dry-run.'; else echo 'Done.'; fi
}
