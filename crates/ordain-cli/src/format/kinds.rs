//! Resource types in the words that people use.

/// Types whose words the name of the type does not yield.
const WORDS: &[(&str, &str)] = &[
    ("microsoft.apimanagement/service", "API management"),
    ("microsoft.app/containerapps", "container app"),
    ("microsoft.cache/redis", "Redis cache"),
    ("microsoft.cognitiveservices/accounts", "AI service"),
    ("microsoft.containerservice/managedclusters", "Kubernetes cluster"),
    ("microsoft.dbformysql/flexibleservers", "MySQL server"),
    ("microsoft.dbforpostgresql/flexibleservers", "PostgreSQL server"),
    ("microsoft.documentdb/databaseaccounts", "Cosmos DB account"),
    ("microsoft.insights/components", "Application Insights component"),
    ("microsoft.insights/diagnosticsettings", "diagnostic setting"),
    ("microsoft.machinelearningservices/workspaces", "machine learning workspace"),
    ("microsoft.managedidentity/userassignedidentities", "managed identity"),
    ("microsoft.network/azurefirewalls", "firewall"),
    ("microsoft.network/networksecuritygroups/securityrules", "security rule"),
    ("microsoft.network/privateendpoints/privatednszonegroups", "private DNS zone group"),
    ("microsoft.network/publicipaddresses", "public IP address"),
    ("microsoft.network/virtualnetworks/subnets", "subnet"),
    ("microsoft.operationalinsights/workspaces", "Log Analytics workspace"),
    ("microsoft.resources/subscriptions", "subscription"),
    ("microsoft.resources/subscriptions/resourcegroups", "resource group"),
    ("microsoft.servicebus/namespaces", "Service Bus namespace"),
    ("microsoft.sql/servers", "SQL server"),
    ("microsoft.sql/servers/databases", "SQL database"),
    ("microsoft.web/serverfarms", "App Service plan"),
    ("microsoft.web/sites", "web app"),
];

/// `container registry` for `Microsoft.ContainerRegistry/registries`. Where the export has the type in lower case
/// only, its words can't be told apart: the type itself is shown.
pub fn words(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == lower) {
        return (*words).to_owned();
    }
    let mut parts = kind.split('/');
    let namespace = parts.next().unwrap_or_default().rsplit('.').next().unwrap_or_default();
    let names: Vec<&str> = parts.collect();
    let [.., last] = names[..] else { return kind.to_owned() };
    let last = singular(&split(last));
    let outer = match names[..] {
        [.., parent, _] => singular(&split(parent)),
        _ if last.contains(' ') => String::new(),
        _ => split(namespace),
    };
    // `key vault` + `vault`, `container registry` + `registry`.
    let outer = outer.strip_suffix(&last).unwrap_or(&outer).trim().to_owned();
    if outer.is_empty() { last } else { format!("{outer} {last}") }
}

/// `networkSecurityGroups` → `network security groups`.
fn split(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if starts {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn singular(words: &str) -> String {
    match words {
        w if w.ends_with("ies") => format!("{}y", w.trim_end_matches("ies")),
        w if ["sses", "xes", "ches", "shes"].iter().any(|end| w.ends_with(end)) => {
            w.strip_suffix("es").unwrap_or(w).to_owned()
        }
        w if w.ends_with("ss") || w.ends_with("us") || w.ends_with("is") => w.to_owned(),
        w => w.strip_suffix('s').unwrap_or(w).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn types_in_words() {
        let table = [
            ("Microsoft.ContainerRegistry/registries", "container registry"),
            ("Microsoft.ContainerRegistry/registries/replications", "registry replication"),
            ("Microsoft.KeyVault/vaults", "key vault"),
            ("Microsoft.Network/networkSecurityGroups", "network security group"),
            ("Microsoft.Network/azureFirewalls", "firewall"),
            ("Microsoft.Storage/storageAccounts", "storage account"),
            ("Microsoft.Network/privateDnsZones", "private dns zone"),
            ("Microsoft.Batch/batchAccounts", "batch account"),
            ("odd", "odd"),
        ];
        for (kind, expected) in table {
            assert_eq!(words(kind), expected, "{kind}");
        }
    }
}
