// Real tools, namespaces and timings share two cores, and a script written while another test forks is "text file busy".
[assembly: CollectionBehavior(DisableTestParallelization = true)]
